export { hashOfKey, idOfKey, KEY_ID_LENGTH, newKeyText, newSecretOf } from './key-text.ts'
