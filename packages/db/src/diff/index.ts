export { draftMigration, type Draft } from './draft.ts'
export { draftText, swapsIn } from './draft-text.ts'
