export { hashOfKey, idOfKey, newKeyText } from './key-text.ts'
