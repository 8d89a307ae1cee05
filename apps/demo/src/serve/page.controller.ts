import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Controller, Get, Header, Inject, type MessageEvent, Sse } from '@nestjs/common';
import { concat, from, interval, map, merge, type Observable } from 'rxjs';
import { Journal } from '../journal/journal.js';
import { MESSAGE_KINDS, type MessageKind } from '../message/message-kind.js';

const PAGE = join(import.meta.dirname, '..', '..', 'public', 'index.html');
/** Comments that keep proxies from closing a stream in which nothing happens. */
const KEEP_ALIVE_MS = 15_000;

/** The page, what it shows, and the stream that keeps it up to date. */
@Controller()
export class PageController {
  constructor(
    private readonly journal: Journal,
    @Inject(MESSAGE_KINDS) private readonly kinds: readonly MessageKind[],
  ) {}

  @Get()
  @Header('content-type', 'text/html; charset=utf-8')
  page(): Promise<string> {
    return readFile(PAGE, 'utf8');
  }

  @Get('kinds')
  describe() {
    return this.kinds.map(({ id, title, topic, listener, about, replies }) => ({
      id,
      title,
      topic,
      listener,
      about,
      replies,
    }));
  }

  /** What happened so far, then what happens. */
  @Sse('events')
  events(): Observable<MessageEvent> {
    const entries = concat(from([...this.journal.entries]), this.journal.news).pipe(
      map((entry) => ({ type: 'entry', id: String(entry.id), data: entry })),
    );
    return merge(entries, interval(KEEP_ALIVE_MS).pipe(map(() => ({ type: 'still-here', data: '' }))));
  }
}
