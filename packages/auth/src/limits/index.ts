export { askStore } from './ask-store.ts'
