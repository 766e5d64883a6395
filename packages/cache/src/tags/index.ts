export { ALIVE, DEAD, TagState, TagTable } from './tag-table.ts'
export { assertTags, tagProblem } from './tag-text.ts'
export { Watch } from './watch.ts'
