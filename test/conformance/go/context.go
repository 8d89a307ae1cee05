package main

import (
	stdcontext "context"
	"fmt"
	"sync"
	"time"

	"github.com/apache/rocketmq-client-go/v2"
	"github.com/apache/rocketmq-client-go/v2/admin"
	"github.com/apache/rocketmq-client-go/v2/consumer"
	"github.com/apache/rocketmq-client-go/v2/primitive"
	"github.com/apache/rocketmq-client-go/v2/producer"
)

// failure is what a check panics with; anything else that panics is a mistake of the scenario or the client.
type failure string

func must(err error, what string) {
	if err != nil {
		panic(failure(fmt.Sprintf("%s: %v", what, err)))
	}
}

func that(condition bool, format string, args ...any) {
	if !condition {
		panic(failure(fmt.Sprintf(format, args...)))
	}
}

func equal[T comparable](expected, actual T, what string) {
	that(expected == actual, "%s: expected %v, got %v", what, expected, actual)
}

const patience = 90 * time.Second

// until looks again every 20 ms until the condition holds.
func until(what string, condition func() bool, more ...func() string) {
	deadline := time.Now().Add(patience)
	for !condition() {
		if time.Now().After(deadline) {
			for _, one := range more {
				what += one()
			}
			panic(failure(fmt.Sprintf("waited %s in vain: %s", patience, what)))
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// context gives a scenario topics and groups of its own, and shuts its clients down after it.
type context struct {
	nameServer string
	scenario   string
	runID      string
	instances  int
	closers    []func()
}

func (c *context) close() {
	for i := len(c.closers) - 1; i >= 0; i-- {
		c.closers[i]()
	}
	c.closers = nil
}

func (c *context) closing(closer func() error) {
	var once sync.Once
	c.closers = append(c.closers, func() { once.Do(func() { _ = closer() }) })
}

func (c *context) name(part string) string {
	return "cfgo-" + c.scenario + part + "-" + c.runID
}

func (c *context) group(part string) string { return c.name(part + "-g") }

func (c *context) instance() string {
	c.instances++
	return fmt.Sprintf("%s-%d", c.scenario, c.instances)
}

func (c *context) resolver() primitive.NsResolver {
	return primitive.NewPassthroughResolver([]string{c.nameServer})
}

// topic makes a fresh one through the client's own admin, and returns when the broker has it.
func (c *context) topic(part string, queues int) string {
	topic := c.name(part)
	c.createTopic(topic, queues)
	return topic
}

func (c *context) createTopic(topic string, queues int) {
	tool, err := admin.NewAdmin(admin.WithResolver(c.resolver()))
	must(err, "admin")
	c.closing(tool.Close)
	must(tool.CreateTopic(stdcontext.Background(), admin.WithTopicCreate(topic), admin.WithBrokerAddrCreate(brokerAddress(c.nameServer)),
		admin.WithReadQueueNums(queues), admin.WithWriteQueueNums(queues)), "create "+topic)
	until("route of "+topic, func() bool { return routeCode(c.nameServer, topic) == 0 })
}

func (c *context) producer(part string, options ...producer.Option) rocketmq.Producer {
	options = append([]producer.Option{
		producer.WithNsResolver(c.resolver()),
		producer.WithGroupName(c.group(part + "-producer")),
		producer.WithInstanceName(c.instance()),
		producer.WithSendMsgTimeout(15 * time.Second),
		producer.WithRetry(2),
	}, options...)
	p, err := rocketmq.NewProducer(options...)
	must(err, "producer")
	must(p.Start(), "start of the producer")
	c.closing(p.Shutdown)
	return p
}

type handler = func(stdcontext.Context, ...*primitive.MessageExt) (consumer.ConsumeResult, error)

func (c *context) pushConsumer(group, topic, expression string, handle handler, options ...consumer.Option) rocketmq.PushConsumer {
	options = append([]consumer.Option{
		consumer.WithNsResolver(c.resolver()),
		consumer.WithGroupName(group),
		consumer.WithInstance(c.instance()),
		consumer.WithConsumeFromWhere(consumer.ConsumeFromFirstOffset),
	}, options...)
	pc, err := rocketmq.NewPushConsumer(options...)
	must(err, "push consumer")
	must(pc.Subscribe(topic, consumer.MessageSelector{Type: consumer.TAG, Expression: expression}, handle), "subscribe")
	must(pc.Start(), "start of the push consumer")
	c.closing(pc.Shutdown)
	return pc
}

func send(p rocketmq.Producer, message *primitive.Message) *primitive.SendResult {
	result, err := p.SendSync(stdcontext.Background(), message)
	must(err, "send of "+string(message.Body))
	equal(primitive.SendOK, result.Status, "status of "+string(message.Body))
	return result
}

func numbered(prefix string, count int) []string {
	names := make([]string, count)
	for i := range names {
		names[i] = fmt.Sprintf("%s%d", prefix, i)
	}
	return names
}

type arrival struct {
	message *primitive.MessageExt
	at      time.Time
}

// received collects what a consumer got, in order.
type received struct {
	guard    sync.Mutex
	arrivals []arrival
}

func (r *received) add(messages ...*primitive.MessageExt) {
	r.guard.Lock()
	defer r.guard.Unlock()
	for _, message := range messages {
		r.arrivals = append(r.arrivals, arrival{message, time.Now()})
	}
}

func (r *received) all() []arrival {
	r.guard.Lock()
	defer r.guard.Unlock()
	return append([]arrival(nil), r.arrivals...)
}

func (r *received) bodies() map[string]int {
	bodies := map[string]int{}
	for _, one := range r.all() {
		bodies[string(one.message.Body)]++
	}
	return bodies
}

func (r *received) await(wanted []string) {
	missing := ""
	deadline := time.Now().Add(patience)
	for {
		bodies := r.bodies()
		count := 0
		for _, body := range wanted {
			if bodies[body] == 0 {
				count++
				missing = body
			}
		}
		if count == 0 {
			return
		}
		that(time.Now().Before(deadline), "%d of %d messages never came, e.g. %s", count, len(wanted), missing)
		time.Sleep(20 * time.Millisecond)
	}
}

// exactly waits for these bodies and checks that each came once and nothing else came.
func (r *received) exactly(wanted []string) {
	r.await(wanted)
	bodies := r.bodies()
	for _, body := range wanted {
		equal(1, bodies[body], "deliveries of "+body)
	}
	equal(len(wanted), len(bodies), "different messages")
}

func (r *received) handle(_ stdcontext.Context, messages ...*primitive.MessageExt) (consumer.ConsumeResult, error) {
	r.add(messages...)
	return consumer.ConsumeSuccess, nil
}

func newPullConsumer(c *context, topic string) (rocketmq.PullConsumer, error) {
	pc, err := rocketmq.NewPullConsumer(
		consumer.WithNsResolver(c.resolver()),
		consumer.WithGroupName(c.group("")),
		consumer.WithInstance(c.instance()),
		consumer.WithConsumeFromWhere(consumer.ConsumeFromFirstOffset),
	)
	if err != nil {
		return nil, err
	}
	if err = pc.Subscribe(topic, consumer.MessageSelector{Type: consumer.TAG, Expression: "*"}); err != nil {
		return nil, err
	}
	if err = pc.Start(); err != nil {
		return nil, err
	}
	c.closing(pc.Shutdown)
	return pc, nil
}
