import type { Audience, LearningRecord } from '@practice-exchange/protocol';
import type { NodeUnderTest } from './network-under-test.ts';

/** Something that must hold and does not. */
export type Violation = { readonly rule: string; readonly detail: string };

/** Notes that a rule does not hold, and where. */
export type Violated = (rule: string, detail: string) => void;

/** What a node's own log says of a record: whom it is for, and its newest text, or that it was withdrawn. */
export type Said = {
  owner: NodeUnderTest;
  audience: Audience;
  text: LearningRecord;
  revision: number;
  withdrawn: boolean;
  /** Whether another audience was given it that did not take effect in the log. */
  narrowed: boolean;
};
