package main

import (
	stdcontext "context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/apache/rocketmq-client-go/v2/admin"
	"github.com/apache/rocketmq-client-go/v2/consumer"
	"github.com/apache/rocketmq-client-go/v2/primitive"
	"github.com/apache/rocketmq-client-go/v2/producer"
)

func sendSync(c *context) {
	topic := c.topic("", 4)
	p := c.producer("")
	next := map[int]int64{}
	for i := 0; i < 40; i++ {
		result := send(p, primitive.NewMessage(topic, []byte(fmt.Sprintf("sync%d", i))).WithTag("TagA").WithKeys([]string{fmt.Sprintf("key%d", i)}))
		equal(next[result.MessageQueue.QueueId], result.QueueOffset, "queueOffset")
		equal(32, len(result.OffsetMsgID), "length of offsetMsgId")
		equal("DefaultRegion", result.RegionID, "regionId")
		next[result.MessageQueue.QueueId]++
	}
	var got received
	c.pushConsumer(c.group(""), topic, "*", got.handle)
	got.exactly(numbered("sync", 40))
	for _, one := range got.all() {
		equal("TagA", one.message.GetTags(), "tags")
		equal(strings.Replace(string(one.message.Body), "sync", "key", 1), one.message.GetKeys(), "keys")
	}
}

func sendAsync(c *context) {
	topic := c.topic("", 4)
	p := c.producer("")
	var answered sync.WaitGroup
	errors := make(chan error, 100)
	for i := 0; i < 100; i++ {
		answered.Add(1)
		must(p.SendAsync(stdcontext.Background(), func(_ stdcontext.Context, result *primitive.SendResult, err error) {
			if err == nil && result.Status != primitive.SendOK {
				err = fmt.Errorf("status %d", result.Status)
			}
			if err != nil {
				errors <- err
			}
			answered.Done()
		}, primitive.NewMessage(topic, []byte(fmt.Sprintf("async%d", i)))), "async send")
	}
	answered.Wait()
	that(len(errors) == 0, "%d failed", len(errors))
	var got received
	c.pushConsumer(c.group(""), topic, "*", got.handle)
	got.exactly(numbered("async", 100))
}

func sendOneway(c *context) {
	topic := c.topic("", 4)
	p := c.producer("")
	for i := 0; i < 60; i++ {
		must(p.SendOneWay(stdcontext.Background(), primitive.NewMessage(topic, []byte(fmt.Sprintf("oneway%d", i)))), "one-way send")
	}
	until("60 stored", func() bool { return stored(c.nameServer, topic, 4) == 60 })
	var got received
	c.pushConsumer(c.group(""), topic, "*", got.handle)
	got.exactly(numbered("oneway", 60))
}

func sendBatch(c *context) {
	topic := c.topic("", 1)
	p := c.producer("")
	var messages []*primitive.Message
	for i := 0; i < 20; i++ {
		message := primitive.NewMessage(topic, []byte(fmt.Sprintf("batch%d", i))).WithTag("Tag" + strconv.Itoa(i%2))
		message.WithProperty("number", strconv.Itoa(i))
		messages = append(messages, message)
	}
	result, err := p.SendSync(stdcontext.Background(), messages...)
	must(err, "batch")
	equal(primitive.SendOK, result.Status, "status")
	equal(int64(0), result.QueueOffset, "queueOffset of the first")
	// Apache's broker puts messages into their queue a moment after it answered.
	until("20 in the queue", func() bool { return maxOffset(c.nameServer, topic, 0) == 20 })
	var got received
	c.pushConsumer(c.group(""), topic, "Tag1", got.handle)
	got.await([]string{"batch1", "batch19"})
	equal(10, len(got.all()), "messages of Tag1")
	for _, one := range got.all() {
		equal("batch"+one.message.GetProperty("number"), string(one.message.Body), "body by its property")
	}
}

func sendCompressed(c *context) {
	topic := c.topic("", 1)
	p := c.producer("")
	bodies := []string{strings.Repeat("a", 4095), strings.Repeat("b", 4096), strings.Repeat("compress me ", 20_000)}
	for _, body := range bodies {
		send(p, primitive.NewMessage(topic, []byte(body)))
	}
	var got received
	c.pushConsumer(c.group(""), topic, "*", got.handle)
	got.exactly(bodies)
}

func sendAutoCreate(c *context) {
	topic := c.name("")
	p := c.producer("", producer.WithDefaultTopicQueueNums(4))
	for i := 0; i < 8; i++ {
		send(p, primitive.NewMessage(topic, []byte(fmt.Sprintf("auto%d", i))))
	}
	equal(0, routeCode(c.nameServer, topic), "route")
	var got received
	c.pushConsumer(c.group(""), topic, "*", got.handle)
	got.exactly(numbered("auto", 8))
}

func tagFilter(c *context) {
	topic := c.topic("", 4)
	var got received
	c.pushConsumer(c.group(""), topic, "TagA || TagB", got.handle)
	p := c.producer("")
	var wanted []string
	for i := 0; i < 60; i++ {
		tag := []string{"TagA", "TagB", "TagC"}[i%3]
		body := tag + strconv.Itoa(i)
		send(p, primitive.NewMessage(topic, []byte(body)).WithTag(tag))
		if tag != "TagC" {
			wanted = append(wanted, body)
		}
	}
	got.exactly(wanted)
}

func delayLevel(c *context) {
	topic := c.topic("", 4)
	var got received
	c.pushConsumer(c.group(""), topic, "*", got.handle)
	p := c.producer("")
	delays := []time.Duration{0, time.Second, 5 * time.Second, 10 * time.Second}
	sent := map[string]time.Time{}
	var wanted []string
	for level := range delays {
		for i := 0; i < 3; i++ {
			body := fmt.Sprintf("%d:%d", level, i)
			message := primitive.NewMessage(topic, []byte(body))
			if level > 0 {
				message.WithDelayTimeLevel(level)
			}
			sent[body] = time.Now()
			send(p, message)
			wanted = append(wanted, body)
		}
	}
	got.exactly(wanted)
	for _, one := range got.all() {
		body := string(one.message.Body)
		level, _ := strconv.Atoi(body[:1])
		took := one.at.Sub(sent[body])
		that(took >= delays[level]-50*time.Millisecond, "level %d came after %s: too early", level, took)
		// A Go consumer may take up to 20 s to get its queues; the lateness is measured by the Java scenario.
		that(took <= delays[level]+40*time.Second, "level %d came after %s: too late", level, took)
	}
}

func retryThenDlq(c *context) {
	topic := c.topic("", 1)
	group := c.group("")
	// The client looks for the route of the retry topic only before its first heartbeat, which is what would create it.
	c.createTopic("%RETRY%"+group, 1)
	var got received
	c.pushConsumer(group, topic, "*", func(ctx stdcontext.Context, messages ...*primitive.MessageExt) (consumer.ConsumeResult, error) {
		got.add(messages...)
		if context, ok := primitive.GetConcurrentlyCtx(ctx); ok {
			context.DelayLevelWhenNextConsume = 1
		}
		return consumer.ConsumeRetryLater, nil
	}, consumer.WithMaxReconsumeTimes(2))
	result := send(c.producer(""), primitive.NewMessage(topic, []byte("poison")).WithTag("Bad").WithKeys([]string{"retry-key"}))
	until("three deliveries", func() bool { return len(got.all()) >= 3 },
		func() string { return fmt.Sprintf("; there were %d", len(got.all())) })
	for i, one := range got.all() {
		equal(int32(i), one.message.ReconsumeTimes, "reconsumeTimes")
		equal(topic, one.message.Topic, "topic")
		equal("Bad", one.message.GetTags(), "tags")
		if i > 0 {
			equal(result.OffsetMsgID, one.message.GetProperty("ORIGIN_MESSAGE_ID"), "ORIGIN_MESSAGE_ID")
			pause := one.at.Sub(got.all()[i-1].at)
			that(pause >= 950*time.Millisecond, "delivery %d came %s after the one before", i, pause)
		}
	}
	until("the dead letter", func() bool {
		return routeCode(c.nameServer, "%DLQ%"+group) == 0 && maxOffset(c.nameServer, "%DLQ%"+group, 0) == 1
	})
	equal(3, len(got.all()), "deliveries")
}

func orderly(c *context) {
	topic := c.topic("", 4)
	var got received
	c.pushConsumer(c.group(""), topic, "*", got.handle, consumer.WithConsumerOrder(true))
	p := c.producer("", producer.WithQueueSelector(producer.NewHashQueueSelector()))
	var wanted []string
	for number := 0; number < 15; number++ {
		for key := 0; key < 8; key++ {
			body := fmt.Sprintf("%d:%d", key, number)
			send(p, primitive.NewMessage(topic, []byte(body)).WithShardingKey("key"+strconv.Itoa(key)))
			wanted = append(wanted, body)
		}
	}
	got.exactly(wanted)
	next := map[string]int{}
	for _, one := range got.all() {
		parts := strings.Split(string(one.message.Body), ":")
		number, _ := strconv.Atoi(parts[1])
		equal(next[parts[0]], number, "next message of key "+parts[0])
		next[parts[0]]++
	}
}

func requestReply(c *context) {
	topic := c.topic("", 2)
	replier := c.producer("-replier")
	c.pushConsumer(c.group(""), topic, "*", func(_ stdcontext.Context, messages ...*primitive.MessageExt) (consumer.ConsumeResult, error) {
		for _, message := range messages {
			// The first message is there to give the asker a route; it wants no reply.
			if message.GetProperty(primitive.PropertyCorrelationID) == "" {
				continue
			}
			reply, err := consumer.CreateReplyMessage(message, []byte("re: "+string(message.Body)))
			if err != nil {
				return consumer.ConsumeRetryLater, nil
			}
			// CreateReplyMessage of 2.1.2 takes the body for properties.
			reply.Body = []byte("re: " + string(message.Body))
			if _, err = replier.SendSync(stdcontext.Background(), reply); err != nil {
				return consumer.ConsumeRetryLater, nil
			}
		}
		return consumer.ConsumeSuccess, nil
	})
	asker := c.producer("-asker")
	send(asker, primitive.NewMessage(topic, []byte("warm")))
	answers := 0
	var err error
	// The client's first heartbeat, without which the broker cannot find it, comes a second after its start: early requests time out.
	until("three replies", func() bool {
		question := fmt.Sprintf("question %d", answers)
		var reply *primitive.Message
		reply, err = asker.Request(stdcontext.Background(), 5*time.Second, primitive.NewMessage(topic, []byte(question)))
		if err == nil {
			equal("re: "+question, string(reply.Body), "reply")
			answers++
		}
		return answers == 3
	}, func() string { return fmt.Sprint("; last error: ", err) })
}

func twoConsumers(c *context) {
	topic := c.topic("", 4)
	group := c.group("")
	var first, second received
	c.pushConsumer(group, topic, "*", first.handle)
	leaving := c.pushConsumer(group, topic, "*", second.handle)
	p := c.producer("")
	var sent []string
	both := func() map[string]int {
		bodies := first.bodies()
		for body, count := range second.bodies() {
			bodies[body] += count
		}
		return bodies
	}
	sendOne := func() {
		body := fmt.Sprintf("shared%d", len(sent))
		send(p, primitive.NewMessage(topic, []byte(body)))
		sent = append(sent, body)
		time.Sleep(10 * time.Millisecond)
	}
	until("messages for both", func() bool {
		sendOne()
		return len(first.all()) > 5 && len(second.all()) > 5
	})
	must(leaving.Shutdown(), "shutdown of the second consumer")
	for i := 0; i < 40; i++ {
		sendOne()
	}
	until("all messages with one of the two", func() bool {
		bodies := both()
		for _, body := range sent {
			if bodies[body] == 0 {
				return false
			}
		}
		return true
	})
}

func offsetsSurvive(c *context) {
	topic := c.topic("", 2)
	group := c.group("")
	p := c.producer("")
	var before received
	first := c.pushConsumer(group, topic, "*", before.handle)
	for _, body := range numbered("before", 20) {
		send(p, primitive.NewMessage(topic, []byte(body)))
	}
	before.exactly(numbered("before", 20))
	// Offsets are stored every five seconds.
	until("offsets of the first twenty", func() bool {
		return committed(c.nameServer, group, topic, 0)+committed(c.nameServer, group, topic, 1) == 20
	})
	must(first.Shutdown(), "shutdown of the first consumer")
	for _, body := range numbered("meanwhile", 20) {
		send(p, primitive.NewMessage(topic, []byte(body)))
	}
	var after received
	c.pushConsumer(group, topic, "*", after.handle)
	after.exactly(numbered("meanwhile", 20))
}

func pull(c *context) {
	topic := c.topic("", 1)
	p := c.producer("")
	for _, body := range numbered("pull", 40) {
		send(p, primitive.NewMessage(topic, []byte(body)))
	}
	pc, err := newPullConsumer(c, topic)
	must(err, "pull consumer")
	queue := &primitive.MessageQueue{Topic: topic, BrokerName: brokerName(c.nameServer), QueueId: 0}
	var result *primitive.PullResult
	until("a pull from offset 10", func() bool {
		result, err = pc.PullFrom(stdcontext.Background(), queue, 10, 20)
		return err == nil && result.Status == primitive.PullFound
	})
	equal(20, len(result.GetMessageExts()), "messages")
	equal("pull10", string(result.GetMessageExts()[0].Body), "first body")
	equal(int64(30), result.NextBeginOffset, "nextBeginOffset")
	equal(int64(0), result.MinOffset, "minOffset")
	equal(int64(40), result.MaxOffset, "maxOffset")
	beyond, err := pc.PullFrom(stdcontext.Background(), queue, 1_000, 20)
	must(err, "a pull beyond the end")
	equal(primitive.PullOffsetIllegal, beyond.Status, "status beyond the end")
	equal(int64(40), beyond.NextBeginOffset, "nextBeginOffset beyond the end")
	must(pc.UpdateOffset(queue, 30), "update of the offset")
	must(pc.PersistOffset(stdcontext.Background(), topic), "persist of the offset")
	until("the offset at the broker", func() bool { return committed(c.nameServer, c.group(""), topic, 0) == 30 })
}

func adminTopic(c *context) {
	topic := c.topic("", 3)
	tool, err := admin.NewAdmin(admin.WithResolver(c.resolver()))
	must(err, "admin")
	c.closing(tool.Close)
	list, err := tool.FetchAllTopicList(stdcontext.Background())
	must(err, "list of topics")
	that(strings.Contains(strings.Join(list.TopicList, ","), topic), "the topic is listed")
	must(tool.DeleteTopic(stdcontext.Background(), admin.WithTopicDelete(topic), admin.WithBrokerAddrDelete(brokerAddress(c.nameServer)),
		admin.WithNameSrvAddr([]string{c.nameServer})), "delete")
	until("no route", func() bool { return routeCode(c.nameServer, topic) == 17 })
}
