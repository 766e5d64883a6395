// The types that declarations of routes name. Of this package, since its users can name no other: docs/decisions/0061.
export type {
  Route,
  Router,
  RouteWithoutRule,
  RulingRouter,
  UpgradeRoute,
  UploadBody,
  WireError,
} from '@keelson/contract'
