export { pull } from './pull.ts'
export type { Pulled } from './plan.ts'
