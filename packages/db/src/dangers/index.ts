export type { Danger, DangerInput, DangerText, DangerTexts } from './contract.ts'
export { DANGER_TEXTS, fill, findDangers } from './find-dangers.ts'
