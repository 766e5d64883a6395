export { askStore } from './ask-store.ts'
export { within } from './within.ts'
