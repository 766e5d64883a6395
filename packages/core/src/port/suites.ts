export { busSuite, type BusSubject } from './bus.suite.ts'
export { clockSuite, type ClockSubject } from './clock.suite.ts'
export { cacheStoreSuite, keyValueStoreSuite } from './key-value-store.suite.ts'
export type { StoreSubject } from './store-cases/store-subject.ts'
export { randomSuite, type RandomSubject } from './random.suite.ts'
export {
  defineSuite,
  type Suite,
  type SuiteCase,
  type SuiteCases,
  type SuiteDefinition,
  type SuiteIt,
  type SuiteOptions,
  type SuiteTools,
} from './suite.ts'
