import { beforeEach, describe, expect, it } from '@jest/globals';
import { createRequest, createResponse, type RemotingCommand } from '../protocol/remoting-command.js';
import { ConnectionError, TimeoutError } from '../runtime/errors.js';
import { ManualTime } from '../runtime/manual-time.js';
import { type Peer, PendingRequests } from './pending-requests.js';

let time: ManualTime;
let pending: PendingRequests;
let silent: Peer[];
const peer = { remoteAddress: '10.0.0.1:10911', lastReadMs: 0 };
const other = { remoteAddress: '10.0.0.2:10911', lastReadMs: 0 };

beforeEach(() => {
  time = new ManualTime();
  silent = [];
  peer.lastReadMs = 0;
  pending = new PendingRequests({
    clock: time,
    scheduler: time,
    maxPending: 3,
    onSilentPeer: (one) => void silent.push(one),
  });
});

function ask(
  timeoutMs: number,
  to: Peer = peer,
  signal?: AbortSignal,
): { request: RemotingCommand; answer: Promise<RemotingCommand> } {
  const request = createRequest(1);
  const answer = pending.add(request, to, timeoutMs, signal);
  answer.catch(() => undefined);
  return { request, answer };
}

function answerTo(request: RemotingCommand): RemotingCommand {
  const answer = createResponse(0);
  answer.opaque = request.opaque;
  return answer;
}

describe('an answer', () => {
  it('reaches who asked, once', async () => {
    const { request, answer } = ask(100);
    const response = answerTo(request);
    expect(pending.settle(response, peer)).toBe(true);
    expect(await answer).toBe(response);
    expect(pending.settle(response, peer)).toBe(false);
  });

  it('from somebody else is no answer', () => {
    const { request } = ask(100);
    expect(pending.settle(answerTo(request), other)).toBe(false);
    expect(pending.size).toBe(1);
  });

  it('that is late finds nobody', async () => {
    const { request, answer } = ask(100);
    await time.advance(200);
    await expect(answer).rejects.toThrow(TimeoutError);
    expect(pending.settle(answerTo(request), peer)).toBe(false);
  });
});

describe('a wait', () => {
  it('ends between its deadline and 50 ms later', async () => {
    const { answer } = ask(120);
    await time.advance(119);
    expect(pending.size).toBe(1);
    await time.advance(51);
    expect(pending.size).toBe(0);
    await expect(answer).rejects.toThrow(/did not answer request 1 within/);
  });

  it('leaves no timer behind', async () => {
    const { request } = ask(100);
    expect(time.pending).toBe(1);
    pending.settle(answerTo(request), peer);
    await time.advance(50);
    expect(time.pending).toBe(0);
  });

  it('tells of a peer that said nothing since, and not of one that did', async () => {
    ask(100);
    await time.advance(60);
    peer.lastReadMs = time.monotonicMs();
    await time.advance(100);
    expect(silent).toEqual([]);
    await time.advance(1);
    ask(100);
    await time.advance(200);
    expect(silent).toEqual([peer]);
  });

  it('ends with its signal, and forgets it afterwards', async () => {
    const controller = new AbortController();
    const { answer } = ask(100, peer, controller.signal);
    const { request } = ask(100, peer, controller.signal);
    pending.settle(answerTo(request), peer);
    controller.abort(new Error('enough'));
    await expect(answer).rejects.toThrow('enough');
    expect(pending.size).toBe(0);
  });

  it('ends with its connection and no other', async () => {
    const { answer } = ask(100);
    const { request } = ask(100, other);
    pending.failAll(peer, 'it broke');
    await expect(answer).rejects.toThrow(ConnectionError);
    expect(pending.settle(answerTo(request), other)).toBe(true);
  });
});

it('an opaque is never given twice at a time, and stays a positive int', () => {
  const opaques = [ask(1).request.opaque, ask(1).request.opaque, ask(1).request.opaque];
  expect(new Set(opaques).size).toBe(3);
  expect(opaques.every((opaque) => opaque > 0 && opaque === (opaque | 0))).toBe(true);
  expect(pending.isFull).toBe(true);
});
