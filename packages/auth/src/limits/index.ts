export { askStore } from './ask-store.ts'
export { lostRace } from './lost-race.ts'
