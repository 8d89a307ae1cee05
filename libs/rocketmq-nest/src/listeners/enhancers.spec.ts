import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import {
  type ArgumentsHost,
  type CallHandler,
  Catch,
  type ExecutionContext,
  Injectable,
  type PipeTransform,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
  ValidationPipe,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Ctx, Payload } from '@nestjs/microservices';
import { IsInt } from 'class-validator';
import { tap } from 'rxjs';
import { startNest, useNest } from '../../../../test/support/start-nest.js';
import { isRocketMQContext, type RocketMQContext, type RocketMQListener, RocketMQMessageListener } from '../index.js';

const seen = useNest();

class Dto {
  @IsInt() readonly id!: number;
}

@Injectable()
class Guard {
  canActivate(context: ExecutionContext) {
    seen.push(['guard', context.getType(), isRocketMQContext(context.getType())]);
    return (context.getArgByIndex(0) as { id: unknown }).id !== 13;
  }
}

@Injectable()
class Interceptor {
  intercept(_context: ExecutionContext, next: CallHandler) {
    return next.handle().pipe(tap(() => seen.push('intercepted')));
  }
}

@Catch()
class Filter {
  catch(error: Error, host: ArgumentsHost) {
    seen.push([error.message, host.getType()]);
    return 'DEAD_LETTER';
  }
}

@Injectable()
class AddOne implements PipeTransform {
  transform(value: { id: number }) {
    return { ...value, id: value.id + 1 };
  }
}

describe('around a listener', () => {
  it('run guards, interceptors, pipes and filters, as around a controller', async () => {
    @UseGuards(Guard)
    @UseInterceptors(Interceptor)
    @UsePipes(new ValidationPipe())
    @UseFilters(Filter)
    @RocketMQMessageListener({ topic: 'T', consumerGroup: 'g', payloadType: Dto })
    class Guarded implements RocketMQListener<Dto> {
      onMessage(dto: Dto, context: RocketMQContext) {
        seen.push(['handled', dto.id, context.getTopic()]);
      }
    }
    const { driver } = await startNest([Guarded]);
    expect(await driver.deliver('T', { id: 1 })).toBe('SUCCESS');
    expect(seen).toEqual([['guard', 'rocketmq', true], ['handled', 1, 'T'], 'intercepted']);
    seen.length = 0;
    expect(await driver.deliver('T', { id: 13 })).toBe('DEAD_LETTER');
    expect(seen.at(-1)).toEqual(['Forbidden resource', 'rocketmq']);
    expect(await driver.deliver('T', { id: 'x' })).toBe('DEAD_LETTER');
    expect(seen.at(-1)).toEqual(['Bad Request Exception', 'rocketmq']);
  });

  it('run those of the whole application, unless the listener declines', async () => {
    @RocketMQMessageListener({ topic: 'A', consumerGroup: 'g' })
    class Asked implements RocketMQListener {
      onMessage() {}
    }
    @RocketMQMessageListener({ topic: 'B', consumerGroup: 'g', enhancers: false })
    class Unasked implements RocketMQListener {
      onMessage() {}
    }
    const { driver } = await startNest([Asked, Unasked, { provide: APP_GUARD, useClass: Guard }]);
    expect(await driver.deliver('A', { id: 13 })).toBe('RETRY');
    expect(await driver.deliver('B', { id: 13 })).toBe('SUCCESS');
    expect(seen).toHaveLength(1);
  });

  it('run the pipes of the options, and fill parameters by @Payload and @Ctx', async () => {
    @RocketMQMessageListener({ topic: 'T', consumerGroup: 'g', pipes: [AddOne] })
    class Piped {
      onMessage(@Ctx() context: RocketMQContext, @Payload('id') id: number) {
        seen.push([context.getTag(), id]);
      }
    }
    const { driver } = await startNest([Piped]);
    expect(await driver.deliver('T:tag', { id: 1 })).toBe('SUCCESS');
    expect(seen).toEqual([['tag', 2]]);
  });

  it('sees the payload type on a decorated parameter', async () => {
    @RocketMQMessageListener({ topic: 'T', consumerGroup: 'g' })
    class Reflected {
      onMessage(@Payload() dto: Dto) {
        seen.push(dto instanceof Dto);
      }
    }
    const { driver } = await startNest([Reflected]);
    await driver.deliver('T', { id: 1 });
    expect(seen).toEqual([true]);
  });
});
