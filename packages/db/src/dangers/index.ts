export type { Danger } from './contract.ts'
export { DANGER_TEXTS, fill, findDangers } from './find-dangers.ts'
