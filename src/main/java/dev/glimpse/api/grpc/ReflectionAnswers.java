package dev.glimpse.api.grpc;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import glimpse.wire.reflection.v1.ErrorResponse;
import glimpse.wire.reflection.v1.ExtensionNumberResponse;
import glimpse.wire.reflection.v1.FileDescriptorResponse;
import glimpse.wire.reflection.v1.ListServiceResponse;
import glimpse.wire.reflection.v1.ServerReflectionRequest;
import glimpse.wire.reflection.v1.ServerReflectionResponse;
import glimpse.wire.reflection.v1.ServiceResponse;
import io.vertx.grpc.common.GrpcStatus;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The answers of the reflection service: the services served and every file that declares or is imported by them.
 *
 * <p>Vert.x brings such a service, but that one ends after one question, and knows neither enums nor v1alpha.
 */
final class ReflectionAnswers {
    private final List<String> services;
    private final Map<String, FileDescriptor> files = new LinkedHashMap<>();
    private final Map<String, FileDescriptor> symbols = new HashMap<>();

    /** @param services names that are served, and where they are declared */
    ReflectionAnswers(Map<String, FileDescriptor> services) {
        this.services = services.keySet().stream().sorted().toList();
        services.values().forEach(this::add);
    }

    private void add(FileDescriptor file) {
        if (files.putIfAbsent(file.getFullName(), file) != null) {
            return;
        }
        file.getMessageTypes().forEach(type -> add(type, file));
        file.getEnumTypes().forEach(type -> add(type, file));
        for (ServiceDescriptor service : file.getServices()) {
            symbols.put(service.getFullName(), file);
            service.getMethods().forEach(method -> symbols.put(method.getFullName(), file));
        }
        file.getDependencies().forEach(this::add);
    }

    private void add(Descriptor type, FileDescriptor file) {
        symbols.put(type.getFullName(), file);
        type.getFields().forEach(field -> symbols.put(field.getFullName(), file));
        type.getNestedTypes().forEach(nested -> add(nested, file));
        type.getEnumTypes().forEach(nested -> add(nested, file));
    }

    private void add(EnumDescriptor type, FileDescriptor file) {
        symbols.put(type.getFullName(), file);
        // Protocol buffers declare values beside their enum; the Java library names them as if they were inside.
        String scope = type.getFullName()
                .substring(0, type.getFullName().length() - type.getName().length());
        type.getValues().forEach(value -> symbols.put(scope + value.getName(), file));
    }

    /** The answer to one question. */
    ServerReflectionResponse answer(ServerReflectionRequest request) {
        ServerReflectionResponse.Builder response = ServerReflectionResponse.newBuilder()
                .setValidHost(request.getHost())
                .setOriginalRequest(request);
        switch (request.getMessageRequestCase()) {
            case LIST_SERVICES -> response.setListServicesResponse(list());
            case FILE_BY_FILENAME -> file(files, request.getFileByFilename(), response);
            case FILE_CONTAINING_SYMBOL -> file(symbols, request.getFileContainingSymbol(), response);
            case ALL_EXTENSION_NUMBERS_OF_TYPE -> extensions(request.getAllExtensionNumbersOfType(), response);
            case FILE_CONTAINING_EXTENSION ->
                notFound(request.getFileContainingExtension().getContainingType() + ": has no extensions", response);
            case MESSAGEREQUEST_NOT_SET ->
                error(GrpcStatus.INVALID_ARGUMENT, "message_request: absent (expected: a question)", response);
        }
        return response.build();
    }

    private ListServiceResponse list() {
        ListServiceResponse.Builder list = ListServiceResponse.newBuilder();
        services.forEach(name -> list.addService(ServiceResponse.newBuilder().setName(name)));
        return list.build();
    }

    private void file(Map<String, FileDescriptor> known, String name, ServerReflectionResponse.Builder response) {
        FileDescriptor found = known.get(name);
        if (found == null) {
            notFound(name + ": unknown (expected: what a served file declares)", response);
            return;
        }
        Map<String, FileDescriptor> needed = new LinkedHashMap<>();
        collect(List.of(found), needed);
        FileDescriptorResponse.Builder answer = FileDescriptorResponse.newBuilder();
        needed.values()
                .forEach(file -> answer.addFileDescriptorProto(file.toProto().toByteString()));
        response.setFileDescriptorResponse(answer);
    }

    private static void collect(Collection<FileDescriptor> from, Map<String, FileDescriptor> needed) {
        for (FileDescriptor file : from) {
            if (needed.putIfAbsent(file.getFullName(), file) == null) {
                collect(file.getDependencies(), needed);
            }
        }
    }

    private void extensions(String type, ServerReflectionResponse.Builder response) {
        if (symbols.containsKey(type)) {
            response.setAllExtensionNumbersResponse(
                    ExtensionNumberResponse.newBuilder().setBaseTypeName(type));
        } else {
            notFound(type + ": unknown (expected: a message of a served file)", response);
        }
    }

    private static void notFound(String message, ServerReflectionResponse.Builder response) {
        error(GrpcStatus.NOT_FOUND, message, response);
    }

    private static void error(GrpcStatus code, String message, ServerReflectionResponse.Builder response) {
        response.setErrorResponse(
                ErrorResponse.newBuilder().setErrorCode(code.code).setErrorMessage(message));
    }
}
