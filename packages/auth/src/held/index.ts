export { Held, injectOf, type Holder } from './held.ts'
