export { draftMigration, type Draft, type DraftRequest } from './draft.ts'
