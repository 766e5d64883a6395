export { askStore, type AskStoreOptions } from './ask-store.ts'
export { within } from './within.ts'
