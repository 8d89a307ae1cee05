package org.apache.rocketmq.test.base;

import java.util.Map;
import org.apache.rocketmq.broker.BrokerController;
import org.apache.rocketmq.common.BrokerConfig;
import org.apache.rocketmq.common.attribute.CQType;
import org.apache.rocketmq.store.config.MessageStoreConfig;
import org.apache.rocketmq.test.util.MQAdminTestUtils;

/** Stands in for the class that starts Apache's servers inside the JVM of the tests: here they run outside. */
public class IntegrationTestBase {
    private static final int TOPIC_WAIT_SECONDS = 30;

    public static boolean initTopic(String topic, String nameServerAddr, String cluster, CQType type) {
        Map<String, String> attributes = type == CQType.SimpleCQ ? Map.of() : Map.of("+queue.type", type.toString());
        return MQAdminTestUtils.createTopic(
            nameServerAddr, cluster, topic, BaseConf.QUEUE_NUMBERS, attributes, TOPIC_WAIT_SECONDS);
    }

    public static BrokerController createAndStartBroker(MessageStoreConfig store, BrokerConfig broker) {
        throw new UnsupportedOperationException("brokers run outside, a test cannot start one");
    }
}
