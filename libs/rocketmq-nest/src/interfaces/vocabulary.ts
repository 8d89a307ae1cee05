import type { Type } from '@nestjs/common';

/** A value now or later. */
export type Awaitable<T> = T | Promise<T>;

/** A time span, or an instant since the epoch, in milliseconds. */
export type Millis = number;

/** Where a message goes: `topic` or `topic:tag`, split at the first colon. */
export type Destination = string;

/** A destination in its two parts. */
export interface ParsedDestination {
  readonly topic: string;
  readonly tag?: string;
}

/** A text with `${key}` or `${key:default}` in it, resolved when the application starts. */
export type Placeholder = `${string}\${${string}}${string}`;

/** The same options, where numbers and booleans may also be given as placeholders. */
export type Configurable<T> = {
  [K in keyof T]: NonNullable<T[K]> extends number | boolean ? T[K] | Placeholder : T[K];
};

/**
 * CONCURRENTLY  messages of a queue are handled side by side, each retried on its own
 * ORDERLY       one message of a queue at a time, in order; a failing one holds back its queue only
 */
export const ConsumeMode = { CONCURRENTLY: 'CONCURRENTLY', ORDERLY: 'ORDERLY' } as const;
export type ConsumeMode = (typeof ConsumeMode)[keyof typeof ConsumeMode];

/**
 * CLUSTERING    each message goes to one member of the group
 * BROADCASTING  each message goes to every member; failures are not retried
 */
export const MessageModel = { CLUSTERING: 'CLUSTERING', BROADCASTING: 'BROADCASTING' } as const;
export type MessageModel = (typeof MessageModel)[keyof typeof MessageModel];

/** The language of a selector expression. SQL92 is not supported yet and is refused at start. */
export const SelectorType = { TAG: 'TAG', SQL92: 'SQL92' } as const;
export type SelectorType = (typeof SelectorType)[keyof typeof SelectorType];

/** Where a group begins in a queue for which it has no offset yet. */
export const ConsumeFromWhere = {
  LAST_OFFSET: 'LAST_OFFSET',
  FIRST_OFFSET: 'FIRST_OFFSET',
  TIMESTAMP: 'TIMESTAMP',
} as const;
export type ConsumeFromWhere = (typeof ConsumeFromWhere)[keyof typeof ConsumeFromWhere];

/**
 * What became of a message in a handler.
 *
 * SUCCESS      done; it does not come again
 * RETRY        it comes again later, and goes to `%DLQ%group` after `maxReconsumeTimes`
 * DEAD_LETTER  straight to `%DLQ%group`
 */
export const ConsumeResult = { SUCCESS: 'SUCCESS', RETRY: 'RETRY', DEAD_LETTER: 'DEAD_LETTER' } as const;
export type ConsumeResult = (typeof ConsumeResult)[keyof typeof ConsumeResult];

/** How safely the broker holds a message it said yes to. */
export type SendStatus = 'SEND_OK' | 'FLUSH_DISK_TIMEOUT' | 'FLUSH_SLAVE_TIMEOUT' | 'SLAVE_NOT_AVAILABLE';

/** The part of Standard Schema (zod, valibot, arktype) that payload conversion uses. */
export interface StandardSchemaLike<Out> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    validate(value: unknown): Awaitable<{ value: Out } | { issues: ReadonlyArray<unknown> }>;
  };
}

/**
 * What a body is turned into: `String`, `Buffer`, `Object`, a class, `[Class]` for an array of it, a Standard Schema,
 * or `MessageExt` for the message as it came.
 */
export type PayloadType<T> = Type<T> | readonly [Type<unknown>] | StandardSchemaLike<T>;
