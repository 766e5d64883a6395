export { draftMigration, type Draft, type DraftRequest } from './draft.ts'
export { draftText, swapsIn } from './draft-text.ts'
