package org.apache.rocketmq.test.base;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.rocketmq.broker.BrokerController;
import org.apache.rocketmq.common.MQVersion;
import org.apache.rocketmq.common.attribute.CQType;
import org.apache.rocketmq.namesrv.NamesrvController;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;
import org.apache.rocketmq.remoting.protocol.subscription.SubscriptionGroupConfig;
import org.apache.rocketmq.test.client.rmq.RMQAsyncSendProducer;
import org.apache.rocketmq.test.client.rmq.RMQNormalConsumer;
import org.apache.rocketmq.test.client.rmq.RMQNormalProducer;
import org.apache.rocketmq.test.clientinterface.MQConsumer;
import org.apache.rocketmq.test.clientinterface.MQProducer;
import org.apache.rocketmq.test.factory.ConsumerFactory;
import org.apache.rocketmq.test.listener.AbstractListener;
import org.apache.rocketmq.test.util.MQAdminTestUtils;
import org.apache.rocketmq.test.util.MQRandomUtils;
import org.apache.rocketmq.tools.admin.DefaultMQAdminExt;

import static org.awaitility.Awaitility.await;

/**
 * Stands in for the base class of Apache's integration tests, with the members that the tests use. A name
 * server and three brokers of one cluster already run; the properties its.* say where.
 */
public class BaseConf {
    public static final String NAMESRV_ADDR = System.getProperty("its.nameServer");
    protected static final String CLUSTER_NAME = System.getProperty("its.cluster");
    protected static final int BROKER_NUM = 3;
    protected static final int WAIT_TIME = 5;
    protected static final int CONSUME_TIME = 2 * 60 * 1000;
    protected static final int QUEUE_NUMBERS = 8;

    protected static List<BrokerController> brokerControllerList;
    protected static BrokerController brokerController1;
    protected static BrokerController brokerController2;
    protected static BrokerController brokerController3;
    protected static Map<String, BrokerController> brokerControllerMap;
    protected static final String BROKER1_NAME;
    protected static final String BROKER2_NAME;
    protected static final String BROKER3_NAME;
    /** No test that looks into the memory of the name server is run. */
    protected static NamesrvController namesrvController;

    protected static List<Object> mqClients = new ArrayList<>();

    static {
        System.setProperty(RemotingCommand.REMOTING_VERSION_KEY, Integer.toString(MQVersion.CURRENT_VERSION));
        try {
            MQAdminTestUtils.startAdmin(NAMESRV_ADDR);
            DefaultMQAdminExt admin = new DefaultMQAdminExt();
            admin.setInstanceName("stand-ins");
            admin.setNamesrvAddr(NAMESRV_ADDR);
            admin.start();
            brokerControllerList = admin.examineBrokerClusterInfo().getBrokerAddrTable().values().stream()
                .map(broker -> new BrokerController(admin, broker.getBrokerName(), broker.selectBrokerAddr()))
                .sorted((one, other) -> one.getName().compareTo(other.getName()))
                .collect(Collectors.toList());
        } catch (Exception error) {
            throw new ExceptionInInitializerError(error);
        }
        brokerController1 = brokerControllerList.get(0);
        brokerController2 = brokerControllerList.get(1);
        brokerController3 = brokerControllerList.get(2);
        BROKER1_NAME = brokerController1.getName();
        BROKER2_NAME = brokerController2.getName();
        BROKER3_NAME = brokerController3.getName();
        brokerControllerMap =
            brokerControllerList.stream().collect(Collectors.toMap(BrokerController::getName, Function.identity()));
    }

    public static void waitBrokerRegistered(String nameServerAddr, String cluster, int brokers) {
        await().atMost(30, TimeUnit.SECONDS).until(() ->
            MQAdminTestUtils.getCluster(nameServerAddr).getClusterAddrTable().get(cluster).size() == brokers);
    }

    public static String initTopic() {
        return initTopicWithName(MQRandomUtils.getRandomTopic());
    }

    public static String initTopicWithName(String topic) {
        IntegrationTestBase.initTopic(topic, NAMESRV_ADDR, CLUSTER_NAME, CQType.SimpleCQ);
        return topic;
    }

    public static String initConsumerGroup() {
        return initConsumerGroup(MQRandomUtils.getRandomConsumerGroup());
    }

    public static String initConsumerGroup(String group) {
        SubscriptionGroupConfig config = new SubscriptionGroupConfig();
        config.setGroupName(group);
        return initConsumerGroup(config);
    }

    public static String initConsumerGroup(SubscriptionGroupConfig config) {
        MQAdminTestUtils.createSub(NAMESRV_ADDR, CLUSTER_NAME, config);
        return config.getGroupName();
    }

    public static DefaultMQAdminExt getAdmin(String nameServerAddr) {
        DefaultMQAdminExt admin = new DefaultMQAdminExt(3_000);
        admin.setNamesrvAddr(nameServerAddr);
        admin.setPollNameServerInterval(100);
        return closedLater(admin);
    }

    public static RMQNormalProducer getProducer(String nameServerAddr, String topic) {
        return closedLater(new RMQNormalProducer(nameServerAddr, topic, false));
    }

    public static RMQNormalProducer getProducer(String nameServerAddr, String topic, String group, String instance) {
        return closedLater(new RMQNormalProducer(nameServerAddr, topic, group, instance));
    }

    public static RMQAsyncSendProducer getAsyncProducer(String nameServerAddr, String topic) {
        return closedLater(new RMQAsyncSendProducer(nameServerAddr, topic));
    }

    public static RMQNormalConsumer getConsumer(
        String nameServerAddr, String topic, String expression, AbstractListener listener) {
        return getConsumer(nameServerAddr, initConsumerGroup(), topic, expression, listener);
    }

    public static RMQNormalConsumer getConsumer(
        String nameServerAddr, String group, String topic, String expression, AbstractListener listener) {
        RMQNormalConsumer consumer =
            closedLater(ConsumerFactory.getRMQNormalConsumer(nameServerAddr, group, topic, expression, listener, false));
        // A new group asks for its offset, then for the end of the queue; a first message between the two is behind it. With
        // Apache's brokers too. So a consumer has its queues before its test goes on to send.
        consumer.getConsumer().getDefaultMQPushConsumerImpl().doRebalance();
        return consumer;
    }

    private static <T> T closedLater(T client) {
        mqClients.add(client);
        return client;
    }

    public static void shutdown() {
        List<Object> clients = List.copyOf(mqClients);
        mqClients.clear();
        shutdown(clients);
    }

    /** Ends them without waiting, as Apache's class does: tests overlap with the end of those before them. */
    public static void shutdown(List<Object> clients) {
        for (Object client : clients) {
            CompletableFuture.runAsync(() -> {
                if (client instanceof MQProducer) ((MQProducer) client).shutdown();
                else if (client instanceof MQConsumer) ((MQConsumer) client).shutdown();
                else if (client instanceof DefaultMQAdminExt) ((DefaultMQAdminExt) client).shutdown();
            });
        }
    }
}
