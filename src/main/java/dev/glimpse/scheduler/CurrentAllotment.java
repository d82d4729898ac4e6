package dev.glimpse.scheduler;

/** The devices and other users that the scheduler was last told of; at first all devices, and nobody else. */
final class CurrentAllotment {
    private Allotment allotment;

    CurrentAllotment(SchedulerSettings settings) {
        allotment = Allotment.alone(settings.devices());
    }

    void set(Allotment now) {
        allotment = now;
    }

    /** Devices that work. */
    int devices() {
        return allotment.devices();
    }

    /** Its share of their time. */
    double share() {
        return allotment.share();
    }

    /** As many devices as its share comes to. */
    double ownDevices() {
        return allotment.devices() * allotment.share();
    }

    /** Evaluations that wait in other schedulers. */
    long nfeElsewhere() {
        return allotment.nfeElsewhere();
    }
}
