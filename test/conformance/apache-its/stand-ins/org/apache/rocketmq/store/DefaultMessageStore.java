package org.apache.rocketmq.store;

import org.apache.rocketmq.broker.BrokerController;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.tools.admin.DefaultMQAdminExt;

/** Stands in for the store of a broker in the same JVM: asks the one of a broker that runs outside. */
public class DefaultMessageStore {
    private final DefaultMQAdminExt admin;
    private final String brokerName;
    private final String address;

    public DefaultMessageStore(DefaultMQAdminExt admin, String brokerName, String address) {
        this.admin = admin;
        this.brokerName = brokerName;
        this.address = address;
    }

    public long getMaxOffsetInQueue(String topic, int queueId) {
        return BrokerController.asked(() -> admin.maxOffset(new MessageQueue(topic, brokerName, queueId)));
    }

    public long getMinOffsetInQueue(String topic, int queueId) {
        return BrokerController.asked(() -> admin.minOffset(new MessageQueue(topic, brokerName, queueId)));
    }

    public long dispatchBehindBytes() {
        return BrokerController.asked(() ->
            Long.parseLong(admin.fetchBrokerRuntimeStats(address).getTable().get("dispatchBehindBytes")));
    }

    public long estimateMessageCount(String topic, int queueId, long from, long to, MessageFilter filter) {
        throw BrokerController.notFromOutside("an estimate by filter");
    }
}
