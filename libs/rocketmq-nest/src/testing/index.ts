/** For tests: a broker inside the process, or none at all. */
export { InMemoryRocketMQDriver } from './in-memory-driver.js';
export { type OutcomeFilter, RocketMQTestKit, type WaitOptions } from './rocketmq-test-kit.js';
export { RocketMQTestingModule } from './rocketmq-testing.module.js';
