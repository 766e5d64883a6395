export { bindWith, readPart } from './bind-with.ts'
export { givenStore, type StoreKind } from './given-store.ts'
