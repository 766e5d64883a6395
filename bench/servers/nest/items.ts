// W3, and W4 with CACHE=1: guards, a pipe, the serializer interceptor, nestjs-pino, helmet and CORS as documented.
import helmet from '@fastify/helmet'
import {
  ClassSerializerInterceptor,
  Controller,
  Get,
  Injectable,
  Module,
  NotFoundException,
  Param,
  ParseIntPipe,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { JwtModule } from '@nestjs/jwt'
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify'
import { Exclude } from 'class-transformer'
import { LoggerModule } from 'nestjs-pino'
import { randomUUID } from 'node:crypto'
import pino from 'pino'
import 'reflect-metadata'
import { toItemView, type ItemRow } from '../../domain/items.ts'
import {
  ALLOWED_ORIGINS,
  EXPOSED_HEADERS,
  JWT_AUDIENCE,
  JWT_ISSUER,
  JWT_SECRET,
  READER_ROLE,
} from '../../domain/security.ts'
import { createItemStore } from '../item-store.ts'
import { AuthGuard, Roles, RolesGuard } from './guards.ts'

class ItemEntity {
  @Exclude()
  costPrice: number

  constructor(row: ItemRow) {
    this.costPrice = row.cost_price
    Object.assign(this, toItemView(row))
  }
}

@Injectable()
class ItemsService {
  readonly #items = createItemStore()

  async find(id: number): Promise<ItemEntity> {
    const row = await this.#items.find(id)
    if (row === undefined) throw new NotFoundException()
    return new ItemEntity(row)
  }
}

@Controller('api/v1/items')
@UseGuards(AuthGuard, RolesGuard)
@UseInterceptors(ClassSerializerInterceptor)
class ItemsController {
  readonly #items: ItemsService

  constructor(items: ItemsService) {
    this.#items = items
  }

  @Get(':id')
  @Roles(READER_ROLE)
  show(@Param('id', ParseIntPipe) id: number): Promise<ItemEntity> {
    return this.#items.find(id)
  }
}

@Module({
  imports: [
    LoggerModule.forRoot({
      // The default pattern matches nothing on this adapter.
      forRoutes: ['*path'],
      pinoHttp: {
        stream: pino.destination({ dest: 1, sync: false, minLength: 4096 }),
      },
    }),
    JwtModule.register({
      secret: JWT_SECRET,
      verifyOptions: { algorithms: ['HS256'], issuer: JWT_ISSUER, audience: JWT_AUDIENCE },
    }),
  ],
  controllers: [ItemsController],
  providers: [ItemsService],
})
class AppModule {}

const adapter = new FastifyAdapter({ genReqId: () => randomUUID() })
adapter.getInstance().addHook('onRequest', (request, reply, done) => {
  reply.header('x-request-id', request.id)
  done()
})
const app = await NestFactory.create<NestFastifyApplication>(AppModule, adapter, { logger: false })
await app.register(helmet)
app.enableCors({ origin: [...ALLOWED_ORIGINS], exposedHeaders: EXPOSED_HEADERS })
await app.listen(Number(process.env['PORT']), '127.0.0.1')
