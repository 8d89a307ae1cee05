/** What a configuration may know of the machine it is for: one with names and sizes that a spec can tell apart. */
export const machine = {
  hostName: 'box',
  homeDirectory: '/home/rmq',
  localAddress: '10.1.2.3',
  memoryBytes: 2 ** 33,
  processId: 7,
};
