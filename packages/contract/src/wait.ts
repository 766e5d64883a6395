export { sleepBy, type BeginTimer } from './sleep-by.ts'
export { createLimit, isDoneWithin, isTimeout, waitFor, type Limit, type WaitLimits } from './wait-for.ts'
