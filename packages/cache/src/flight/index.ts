export { BackOff } from './back-off.ts'
export { Flight, type Served } from './flight.ts'
export { Slots } from './slots.ts'
