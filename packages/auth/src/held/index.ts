export { Held, injectOf } from './held.ts'
