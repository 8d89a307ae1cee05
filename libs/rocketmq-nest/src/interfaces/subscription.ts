import type { SelectorType } from './vocabulary.js';

/** One topic and the part of it that is wanted. */
export interface Subscription {
  topic: string;
  selectorType?: SelectorType;
  /** `*`, one tag, or `a || b`. Default `*`. */
  selectorExpression?: string;
}
