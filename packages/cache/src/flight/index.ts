export { BackOff } from './back-off.ts'
export { Flight, type Served, type WaitOptions } from './flight.ts'
export { Slots } from './slots.ts'
