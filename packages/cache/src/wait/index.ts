export { createBell, type Bell } from './bell.ts'
