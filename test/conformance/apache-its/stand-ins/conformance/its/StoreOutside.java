package conformance.its;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.apache.rocketmq.broker.BrokerController;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.store.DefaultMessageStore;
import org.apache.rocketmq.store.MessageStore;
import org.apache.rocketmq.tools.admin.DefaultMQAdminExt;

/** What tests ask of the store of a broker in the same JVM, asked of one that runs outside. */
public final class StoreOutside {
    private final DefaultMQAdminExt admin;
    private final String brokerName;
    private final String address;

    private StoreOutside(DefaultMQAdminExt admin, String brokerName, String address) {
        this.admin = admin;
        this.brokerName = brokerName;
        this.address = address;
    }

    /** A store that answers with the methods below, and throws for all others. */
    public static MessageStore of(DefaultMQAdminExt admin, String brokerName, String address) {
        StoreOutside store = new StoreOutside(admin, brokerName, address);
        Class<?>[] types = {DefaultMessageStore.class};
        return (MessageStore) Proxy.newProxyInstance(StoreOutside.class.getClassLoader(), types, (proxy, asked, args) -> {
            Method answer;
            try {
                answer = StoreOutside.class.getMethod(asked.getName(), asked.getParameterTypes());
            } catch (NoSuchMethodException error) {
                throw BrokerController.notFromOutside(asked.getName());
            }
            try {
                return answer.invoke(store, args);
            } catch (InvocationTargetException error) {
                throw error.getCause();
            }
        });
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
}
