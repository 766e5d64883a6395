export type { Danger } from './contract.ts'
export { DANGER_TEXTS, findDangers } from './find-dangers.ts'
