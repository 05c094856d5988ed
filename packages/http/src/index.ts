export { fitsSchema } from './fits-schema.ts';
export { isBelow, isLoopback, type KeyHosts, keyMayGoTo } from './key-hosts.ts';
export {
  type Failure,
  failureOf,
  faultOf,
  faultOfSdkError,
  headersOf,
  type KindOf,
  kindOfStatus,
} from './sdk-failure.ts';
export { tellLimits } from './tell-limits.ts';
export { type Fetch, thinFetch, type ThinFetchOptions } from './thin-fetch.ts';
export { withDeadline } from './with-deadline.ts';
