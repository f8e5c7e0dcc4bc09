export { seedDemo } from './demo/seed.ts';
export { type Network, type NetworkNode, type NetworkOptions, startNetwork } from './network.ts';
export { describeNetwork, type NetworkFile } from './network-file.ts';
