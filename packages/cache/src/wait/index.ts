export { createBell, type Bell } from './bell.ts'
export { waitUntil, type WaitEnds, type WaitLimit } from './wait-until.ts'
