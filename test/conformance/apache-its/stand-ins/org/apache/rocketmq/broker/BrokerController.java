package org.apache.rocketmq.broker;

import conformance.its.StoreOutside;
import java.util.Properties;
import java.util.concurrent.ConcurrentMap;
import org.apache.rocketmq.broker.filter.ConsumerFilterManager;
import org.apache.rocketmq.broker.offset.ConsumerOffsetManager;
import org.apache.rocketmq.broker.topic.TopicConfigManager;
import org.apache.rocketmq.common.BrokerConfig;
import org.apache.rocketmq.common.TopicConfig;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.remoting.protocol.admin.OffsetWrapper;
import org.apache.rocketmq.store.MessageStore;
import org.apache.rocketmq.store.config.MessageStoreConfig;
import org.apache.rocketmq.tools.admin.DefaultMQAdminExt;

/**
 * Stands in for a broker in the same JVM: what tests ask of it is asked of a broker that runs outside, over the network.
 * What cannot be asked that way throws.
 */
public class BrokerController {
    private final DefaultMQAdminExt admin;
    private final String name;
    private final String address;
    private final Config config;
    private final ConsumerOffsets offsets = new ConsumerOffsets();
    private final Topics topics = new Topics();
    private final MessageStore store;

    public BrokerController(DefaultMQAdminExt admin, String name, String address) {
        this.admin = admin;
        this.name = name;
        this.address = address;
        this.config = new Config();
        this.store = StoreOutside.of(admin, name, address);
    }

    public String getName() {
        return name;
    }

    public String getBrokerAddr() {
        return address;
    }

    public BrokerConfig getBrokerConfig() {
        return config;
    }

    public MessageStore getMessageStore() {
        return store;
    }

    public ConsumerOffsetManager getConsumerOffsetManager() {
        return offsets;
    }

    public TopicConfigManager getTopicConfigManager() {
        return topics;
    }

    /** A broker registers by itself when a topic changes. */
    public void registerBrokerAll(boolean checkOrder, boolean oneway, boolean force) {
    }

    public ConsumerFilterManager getConsumerFilterManager() {
        throw notFromOutside("the compiled filters");
    }

    public MessageStoreConfig getMessageStoreConfig() {
        throw notFromOutside("the configuration of the store");
    }

    public void shutdown() {
        throw notFromOutside("the end of a broker");
    }

    public static UnsupportedOperationException notFromOutside(String what) {
        return new UnsupportedOperationException(what + " cannot be had from outside of a broker");
    }

    /** The settings that the tests change, set in the broker itself. */
    private final class Config extends BrokerConfig {
        Config() {
            setBrokerName(name);
        }

        @Override
        public void setLongPollingEnable(boolean value) {
            set("longPollingEnable", value);
        }

        @Override
        public void setShortPollingTimeMills(long value) {
            set("shortPollingTimeMills", value);
        }

        @Override
        public void setUseServerSideResetOffset(boolean value) {
            set("useServerSideResetOffset", value);
        }

        private void set(String key, Object value) {
            Properties change = new Properties();
            change.setProperty(key, String.valueOf(value));
            asked(() -> {
                admin.updateBrokerConfig(address, change);
                return null;
            });
        }
    }

    /** The consumer offsets of the broker, as its statistics of a group show them. */
    private final class ConsumerOffsets extends ConsumerOffsetManager {
        @Override
        public long queryOffset(String group, String topic, int queueId) {
            return offset(group, topic, queueId).getConsumerOffset();
        }

        @Override
        public long queryPullOffset(String group, String topic, int queueId) {
            return offset(group, topic, queueId).getPullOffset();
        }

        private OffsetWrapper offset(String group, String topic, int queueId) {
            return asked(() -> admin.examineConsumeStats(address, group, topic, 3_000))
                .getOffsetTable().get(new MessageQueue(topic, name, queueId));
        }
    }

    /** Its topics. */
    private final class Topics extends TopicConfigManager {
        @Override
        public ConcurrentMap<String, TopicConfig> getTopicConfigTable() {
            return asked(() -> admin.getAllTopicConfig(address, 3_000)).getTopicConfigTable();
        }

        @Override
        public void updateTopicConfig(TopicConfig topic) {
            asked(() -> {
                admin.createAndUpdateTopicConfig(address, topic);
                return null;
            });
        }
    }

    /** A question over the network. */
    public interface Question<T> {
        T ask() throws Exception;
    }

    public static <T> T asked(Question<T> question) {
        try {
            return question.ask();
        } catch (Exception error) {
            throw new IllegalStateException(error);
        }
    }
}
