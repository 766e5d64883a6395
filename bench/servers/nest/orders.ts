import 'reflect-metadata'
import {
  Body,
  ClassSerializerInterceptor,
  Controller,
  Delete,
  Get,
  HttpCode,
  Module,
  Param,
  ParseUUIDPipe,
  Post,
  Query,
  UseInterceptors,
  ValidationPipe,
  type Type,
} from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify'
import { fillerCount, type FillerView } from '../../domain/fillers.ts'
import { placeOrder } from '../../domain/orders.ts'
import { OrderBody, OrderEntity, OrderQuery } from './order-dto.ts'

@Controller('api/v1/users/:id/orders')
@UseInterceptors(ClassSerializerInterceptor)
class OrdersController {
  @Post()
  @HttpCode(200)
  create(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() query: OrderQuery,
    @Body() body: OrderBody,
  ): OrderEntity {
    return new OrderEntity(placeOrder(id, query.dryRun, body))
  }
}

/** A controller for each made-up resource, with its list, read and removal. */
function resourceController(resource: string): Type {
  @Controller(`api/v1/${resource}`)
  class ResourceController {
    @Get()
    list(): FillerView {
      return { resource, id: null }
    }

    @Get(':id')
    show(@Param('id', ParseUUIDPipe) id: string): FillerView {
      return { resource, id }
    }

    @Delete(':id')
    remove(@Param('id', ParseUUIDPipe) id: string): FillerView {
      return { resource, id }
    }
  }
  return ResourceController
}

const resources = Array.from({ length: Math.ceil(fillerCount() / 3) }, (_, index) => `resource${index}`)

@Module({ controllers: [...resources.map(resourceController), OrdersController] })
class AppModule {}

const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter(), {
  logger: false,
})
app.useGlobalPipes(new ValidationPipe({ transform: true, whitelist: true, forbidNonWhitelisted: true }))
await app.listen(Number(process.env['PORT']), '127.0.0.1')
