// What is measured, in the order in which it is run. A workload:
//   title      what the table calls it
//   targets    what its figures have to reach (targets.mjs)
//   measure    loads a side and answers figures; a workload that `isOwn` gets the kind and starts what it needs itself
//   prepare    once for each side before the first round
//   start      how the brokers are started (sides.mjs); workloads that start alike share them, warm
//   sides      whom to measure; both by default
//   rounds     how often; what --rounds says by default
//   isExtra    runs only when --only names it
import { behaviour } from './behaviour.mjs';
import { footprint } from './footprint.mjs';
import { throughput } from './throughput.mjs';

// Memory before overload: what a flood made an allocator keep is not what 64 in flight need.
export const workloads = { ...throughput, memory: footprint.memory, ...behaviour, ...footprint };
