export { admission, type Admission } from './admission.ts'
export { testApp, type TestApp, type TestAppOptions, type TestTransport } from './test-app.ts'
export type { TestCaller } from './test-caller.ts'
export type { TestHeaders, TestRequest } from './test-request.ts'
export {
  createFakeClock,
  createSeededRandom,
  type FakeClock,
  type FakeClockOptions,
} from '@keelson/core/ports'
export { createMemoryLogger, type LogLine, type MemoryLog } from '@keelson/core/spi'
export { contractTest } from './contract-test.ts'
export type {
  ContractHeaders,
  ContractInput,
  ContractRoute,
  ContractTestOptions,
} from './contract-options.ts'
export { ContractTestError, type ContractFailure, type ContractReport } from './contract-report.ts'
