import { createApp } from '@keelson/core'
import { ordersMoved } from './steps.ts'

/** The last step. */
export const app = createApp(ordersMoved())
