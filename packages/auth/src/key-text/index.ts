export { hashOfKey, idOfKey, newKeyText, newSecretOf } from './key-text.ts'
