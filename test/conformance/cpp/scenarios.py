"""What the C++ client is asked to do. A name here is a scenario; the slow ones first."""

import threading
import time
import uuid
from collections import defaultdict

from rocketmq.client import Message, Producer, PullConsumer, PushConsumer, RecvMessage, SendStatus
from rocketmq.exceptions import ffi_check
from rocketmq.ffi import MessageModel, _CConsumeStatus, dll

LIMIT_S = 60


class Failure(Exception):
    """Something that should hold and does not."""


def check(holds, what):
    if not holds:
        raise Failure(what)


def until(holds, what):
    """Waits for something that others bring about; `what` is asked only if it does not come."""
    deadline = time.monotonic() + LIMIT_S
    while not holds():
        if time.monotonic() > deadline:
            raise Failure(f'not within {LIMIT_S} s: {what()}')
        time.sleep(0.02)


class Received:
    """What a consumer was given, as plain values: the library frees its messages after each call."""

    def __init__(self, accept=lambda message: True):
        self._accept = accept
        self._guard = threading.Lock()
        self.messages = []

    def __call__(self, message):
        with self._guard:
            self.messages.append({
                'body': message.body.decode(),
                'tags': message.tags.decode(),
                'keys': message.keys.decode(),
                'color': message['color'].decode(),
                'queue': message.queue_id,
                'times': message.reconsume_times,
                'at': time.monotonic(),
            })
        return self._accept(message)

    def bodies(self):
        with self._guard:
            return [message['body'] for message in self.messages]


class Consumer(PushConsumer):
    """A consumer that can refuse: the package's own lets the exception out of C's call, which then returns anything."""

    def subscribe(self, topic, callback, expression='*'):
        def on_message(_, message):
            took = callback(RecvMessage(message))
            return (_CConsumeStatus.CONSUME_SUCCESS if took else _CConsumeStatus.RECONSUME_LATER).value
        ffi_check(dll.Subscribe(self._handle, topic.encode(), expression.encode()))
        self._register_callback(on_message)


class Run:
    """One scenario: names of its own and the clients it starts."""

    def __init__(self, name_server, scenario):
        self.name_server = name_server
        suffix = f'{scenario}-{uuid.uuid4().hex[:8]}'
        self.topic = f'Cpp-{suffix}'
        self.group = f'GID-cpp-{suffix}'
        self._clients = []

    def start(self, client):
        client.set_namesrv_addr(self.name_server)
        client.start()
        self._clients.append(client)
        return client

    def producer(self):
        """A producer that has made the topic: consumers of this client look for new topics every 30 s only."""
        producer = self.start(Producer(f'{self.group}-producer'))
        for queue in range(4):
            self.send_to(producer, queue, 'made')
        return producer

    def consumer(self, listener, expression='*', orderly=False, model=MessageModel.CLUSTERING, instance=None):
        consumer = Consumer(self.group, orderly=orderly, message_model=model)
        if instance:
            consumer.set_instance_name(instance)
        consumer.subscribe(self.topic, listener, expression)
        return self.start(consumer)

    def message(self, body, tags='made', keys=None, color=None, delay_level=None):
        message = Message(self.topic)
        message.set_body(body)
        message.set_tags(tags)
        if keys:
            message.set_keys(keys)
        if color:
            message.set_property('color', color)
        if delay_level:
            message.set_delay_time_level(delay_level)
        return message

    def send(self, producer, body, **rest):
        result = producer.send_sync(self.message(body, **rest))
        check(result.status == SendStatus.OK, f'sent {body}: {result}')
        return result

    def send_to(self, producer, queue, body, **rest):
        result = producer.send_orderly(self.message(body, **rest), queue)
        check(result.status == SendStatus.OK, f'sent {body}: {result}')


def expect(received, wanted):
    """Waits for messages besides those that made the topic, and wants each of them once."""
    def got():
        return [body for body in received.bodies() if body != 'made']
    until(lambda: len(got()) >= len(wanted), lambda: f'{len(wanted)} messages, but {len(got())}: {got()[:50]}')
    check(sorted(got()) == sorted(wanted), f'wanted {sorted(wanted)[:50]}, got {sorted(got())[:50]}')


def retry(run):
    producer = run.producer()
    received = Received(lambda message: message.body != b'again' or message.reconsume_times > 0)
    run.consumer(received)
    run.send(producer, 'again')
    expect(received, ['again', 'again'])
    check([one['times'] for one in received.messages if one['body'] == 'again'] == [0, 1], str(received.messages))


def delay_level(run):
    producer = run.producer()
    received = Received()
    run.consumer(received)
    expect_made(received)
    sent_at = time.monotonic()
    run.send(producer, 'late', delay_level=2)
    expect(received, ['late'])
    waited_s = next(one['at'] for one in received.messages if one['body'] == 'late') - sent_at
    check(4.5 < waited_s < 20, f'level 2 is 5 s, it took {waited_s}')


def broadcasting(run):
    producer = run.producer()
    listeners = [Received(), Received()]
    for index, listener in enumerate(listeners):
        run.consumer(listener, model=MessageModel.BROADCASTING, instance=f'{run.group}-{index}')
    probes = 0
    while not all(set(one.bodies()) - {'made'} for one in listeners):
        check(probes < 600, f'nobody listens: {[one.bodies()[:5] for one in listeners]}')
        run.send(producer, f'probe{probes}')
        probes += 1
        time.sleep(0.1)
    for index in range(12):
        run.send_to(producer, index % 4, f'b{index}')
    wanted = {f'b{index}' for index in range(12)}
    for listener in listeners:
        until(lambda: wanted <= set(listener.bodies()), lambda: str(wanted - set(listener.bodies())))


def two_consumers(run):
    producer = run.producer()
    listeners = [Received(), Received()]
    run.consumer(listeners[0], instance=f'{run.group}-0')
    expect_made(listeners[0])
    run.consumer(listeners[1], instance=f'{run.group}-1')
    sent = []
    while not listeners[1].bodies():
        check(len(sent) < 600, 'the second consumer was given no queue')
        sent.append(f's{len(sent)}')
        run.send(producer, sent[-1])
        time.sleep(0.1)
    all_bodies = lambda: set(listeners[0].bodies()) | set(listeners[1].bodies())
    until(lambda: set(sent) <= all_bodies(), lambda: str(set(sent) - all_bodies()))


def offsets_survive(run):
    producer = run.producer()
    before = Received()
    consumer = run.consumer(before)
    for index in range(20):
        run.send(producer, f'a{index}')
    expect(before, [f'a{index}' for index in range(20)])
    consumer.shutdown()
    for index in range(20):
        run.send(producer, f'b{index}')
    after = Received()
    run.consumer(after, instance=f'{run.group}-again')
    expect(after, [f'b{index}' for index in range(20)])


def orderly(run):
    producer = run.producer()
    received = Received()
    run.consumer(received, orderly=True)
    for index in range(80):
        run.send_to(producer, index % 4, f'{index:03}')
    expect(received, [f'{index:03}' for index in range(80)])
    queues = defaultdict(list)
    for one in received.messages:
        if one['body'] != 'made':
            queues[one['queue']].append(one['body'])
    check(len(queues) == 4 and all(bodies == sorted(bodies) for bodies in queues.values()), str(dict(queues)))


def tag_filter(run):
    producer = run.producer()
    received = Received()
    run.consumer(received, expression='a || c')
    for index in range(60):
        run.send_to(producer, index % 4, f'{"abc"[index % 3]}{index}', tags='abc'[index % 3])
    # The last of each queue: whoever has them has passed the others.
    for queue in range(4):
        run.send_to(producer, queue, f'a-last{queue}', tags='a')
    wanted = [f'{"abc"[index % 3]}{index}' for index in range(60) if index % 3 != 1]
    expect(received, [*wanted, *(f'a-last{queue}' for queue in range(4))])


def send_sync(run):
    producer = run.producer()
    received = Received()
    run.consumer(received)
    for index in range(40):
        run.send(producer, f'b{index}', tags='t', keys=f'k{index}', color=f'red{index}')
    expect(received, [f'b{index}' for index in range(40)])
    for one in received.messages:
        number = one['body'][1:]
        if one['body'] != 'made':
            check((one['tags'], one['keys'], one['color']) == ('t', f'k{number}', f'red{number}'), str(one))


def send_async(run):
    producer = run.producer()
    results, problems, received = [], [], Received()
    for index in range(20):
        producer.send_async(run.message(f'b{index}'), results.append, problems.append)
    until(lambda: len(results) + len(problems) == 20, lambda: f'{results} {problems}')
    check(not problems and all(result.status == SendStatus.OK for result in results), f'{results} {problems}')
    run.consumer(received)
    expect(received, [f'b{index}' for index in range(20)])


def send_oneway(run):
    producer = run.producer()
    received = Received()
    run.consumer(received)
    for index in range(20):
        producer.send_oneway(run.message(f'b{index}'))
    expect(received, [f'b{index}' for index in range(20)])


def send_compressed(run):
    producer = run.producer()
    received = Received()
    run.consumer(received)
    body = 'a body that becomes smaller ' * 4000
    run.send(producer, body)
    expect(received, [body])


def pull(run):
    producer = run.producer()
    for index in range(40):
        run.send(producer, f'b{index}')
    consumer = run.start(PullConsumer(run.group))
    bodies = [message.body.decode() for message in consumer.pull(run.topic)]
    check(sorted(bodies) == sorted(['made'] * 4 + [f'b{index}' for index in range(40)]), str(bodies))


def batch_is_one_record(run):
    """This client says `batch=1` where `true` is meant: Apache's broker, too, stores what it sends as one message."""
    producer = run.producer()
    received = Received()
    run.consumer(received)
    expect_made(received)
    result = producer.send_batch([run.message(f'b{index}') for index in range(10)])
    check(result.status == SendStatus.OK, str(result))
    until(lambda: len(received.bodies()) > 4, lambda: str(received.bodies()))
    check(received.bodies()[4:] == [''], str(received.bodies()))


def expect_made(received):
    until(lambda: received.bodies().count('made') >= 4, lambda: str(received.bodies()))


scenarios = {
    'retry': retry,
    'two-consumers': two_consumers,
    'broadcasting': broadcasting,
    'offsets-survive': offsets_survive,
    'delay-level': delay_level,
    'orderly': orderly,
    'tag-filter': tag_filter,
    'send-sync': send_sync,
    'send-async': send_async,
    'send-oneway': send_oneway,
    'send-compressed': send_compressed,
    'pull': pull,
    'batch-is-one-record': batch_is_one_record,
}
