export { bindWith, readPart } from './bind-with.ts'
export { givenStore } from './given-store.ts'
