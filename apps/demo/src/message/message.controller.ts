import { BadRequestException, Controller, Get, Inject, NotFoundException, Param, Post, Query } from '@nestjs/common';
import { TextMessages } from '../text/text.messages.js';
import { MESSAGE_KINDS, type MessageKind } from './message-kind.js';

const LONGEST_TEXT = 1000;

/** The doors through which the outside world has messages sent. */
@Controller('message')
export class MessageController {
  constructor(
    @Inject(MESSAGE_KINDS) private readonly kinds: readonly MessageKind[],
    private readonly texts: TextMessages,
  ) {}

  /** Every kind once, one after the other. */
  @Get('send')
  async send(): Promise<string> {
    for (const kind of this.kinds) await kind.send();
    return 'ok';
  }

  @Post('send/:kind')
  async sendOne(@Param('kind') id: string): Promise<string> {
    const kind = this.kinds.find((each) => each.id === id);
    if (!kind) throw new NotFoundException(`there is no kind of message called ${id}`);
    await kind.send();
    return 'ok';
  }

  /** Words of the visitor's own, to SPRING_TOPIC. */
  @Post('say')
  async say(@Query('text') text = ''): Promise<string> {
    if (text.trim() === '' || text.length > LONGEST_TEXT)
      throw new BadRequestException(`text of 1 to ${LONGEST_TEXT} characters, please`);
    await this.texts.say(text);
    return 'ok';
  }
}
