export { createBell } from './bell.ts'
