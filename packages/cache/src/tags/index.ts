export { ALIVE, DEAD, TagState, TagTable, Watch } from './tag-table.ts'
export { assertTags, tagProblem } from './tag-text.ts'
